import { PasswordSection } from './password-section'
import { SessionsSection } from './sessions-section'

export function SecurityPage() {
  return (
    <>
      <PasswordSection />
      <SessionsSection />
    </>
  )
}
