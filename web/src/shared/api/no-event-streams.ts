/** What the build puts in place of the generated client's reader of event streams. */
export const createSseClient = (): never => {
  throw new Error('Events come through Socket.IO.')
}
