import { useRef } from 'react'
import { AlertDialog } from './alert-dialog'
import { useConfirmHost } from './confirm'

/** A lazy chunk: the first `confirm()` mounts it. */
export default function ConfirmHost() {
  const request = useConfirmHost((s) => s.request)
  const last = useRef(request) // keeps the words on screen while the window fades out
  if (request) last.current = request
  const answer = (yes: boolean) => {
    request?.answer(yes)
    useConfirmHost.setState({ request: null })
  }
  if (!last.current) return null
  const { answer: _, ...shown } = last.current
  return <AlertDialog {...shown} open={!!request} onConfirm={() => answer(true)} onCancel={() => answer(false)} />
}
