import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useRef, useState } from 'react'
import { api } from './api'
import { changeChats } from './cache'
import type { Chat } from './types'

/**
 * What is typed and not sent: kept on the server, so that another device goes on with it. Saved when the typing pauses
 * and when one leaves. What another device types is taken over as long as nobody types here.
 */
const WAIT_MS = 800

export function useDraft(chat: Chat) {
  const qc = useQueryClient()
  const [text, setText] = useState(chat.draft?.text ?? '')
  const [replyTo, setReplyTo] = useState<string | null>(chat.draft?.replyTo ?? null)
  const saved = useRef({ text, replyTo })
  const now = useRef({ text, replyTo })
  now.current = { text, replyTo }
  const { id } = chat
  const save = useCallback(() => {
    const is = now.current
    if (is.text === saved.current.text && is.replyTo === saved.current.replyTo) return
    saved.current = is
    // The list shows it at once; a draft that could not be saved is saved with the next key.
    changeChats(qc, [id], (c) => ({
      ...c,
      draft: is.text.trim() ? { text: is.text, at: new Date().toISOString(), replyTo: is.replyTo } : null,
    }))
    api.draft(id, is.text.trim() ? is.text : '', is.replyTo).catch(() => {
      saved.current = { text: '\0', replyTo: null }
    })
  }, [qc, id])
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is typed starts the wait again
  useEffect(() => {
    const timer = setTimeout(save, WAIT_MS)
    return () => clearTimeout(timer)
  }, [text, replyTo, save])
  useEffect(() => {
    addEventListener('pagehide', save)
    return () => {
      removeEventListener('pagehide', save)
      save()
    }
  }, [save])
  const theirs = chat.draft?.text ?? ''
  const theirReply = chat.draft?.replyTo ?? null
  useEffect(() => {
    if (theirs === saved.current.text || now.current.text !== saved.current.text) return
    saved.current = { text: theirs, replyTo: theirReply }
    setText(theirs)
    setReplyTo(theirReply)
  }, [theirs, theirReply])
  return {
    text,
    setText,
    replyTo,
    setReplyTo,
    /** Sent: the server has dropped it already. */
    sent: () => {
      saved.current = { text: '', replyTo: null }
      setText('')
      setReplyTo(null)
    },
  }
}
