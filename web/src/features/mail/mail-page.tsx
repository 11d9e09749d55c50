import { Outbox } from './outbox'
import { Templates } from './templates'

export function MailPage() {
  return (
    <>
      <Outbox />
      <Templates />
    </>
  )
}
