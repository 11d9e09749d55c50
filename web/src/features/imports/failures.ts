/** Why a whole import stopped; what we have no words for is an internal error, shown with its code. */
export const failureOf = (code: string | null) => (code === 'import.file_gone' ? 'fileGone' : 'internal')
