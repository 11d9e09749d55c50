import type { ErrorBody, ErrorDetail } from '@/api/gen/types.gen'

/** Status 0 means that no answer came at all. */
export const NETWORK = 'network'

/**
 * Every failed call throws this. It has the shape of ErrorBody, so the generated mutation types hold as they are.
 * `error` is the server's message, already in the language of the UI.
 */
export class ApiError extends Error implements ErrorBody {
  readonly error: string
  readonly code: string
  readonly status: number
  readonly requestId: string
  readonly details: ErrorDetail[]
  readonly conflict?: ErrorBody['conflict']
  readonly retryAfterSeconds?: number
  /** What this code tells besides, by name. */
  readonly facts: Record<string, unknown>

  constructor(status: number, body: Partial<ErrorBody>, cause?: unknown) {
    super(body.error ?? '', { cause })
    this.name = 'ApiError'
    this.error = body.error ?? ''
    this.status = status
    this.code = body.code ?? (status === 0 ? NETWORK : `http.${status}`)
    this.requestId = body.requestId ?? ''
    this.details = body.details ?? []
    this.conflict = body.conflict ?? undefined
    this.retryAfterSeconds = body.retryAfterSeconds ?? undefined
    this.facts = { ...body }
  }

  get isNetwork() {
    return this.status === 0
  }
}

export function isApiError(e: unknown): e is ApiError {
  return e instanceof ApiError
}

export function isAbort(e: unknown) {
  return e instanceof DOMException && e.name === 'AbortError'
}

/** What the client's error interceptor calls: body (object, text or a thrown network error) → ApiError. */
export function toApiError(error: unknown, response: Response | undefined): ApiError {
  if (error instanceof ApiError) return error
  if (!response) return new ApiError(0, {}, error)
  const body = typeof error === 'object' && error !== null ? (error as Partial<ErrorBody>) : {}
  const retry = Number(response.headers.get('Retry-After'))
  return new ApiError(response.status, {
    ...body,
    requestId: body.requestId ?? response.headers.get('X-Request-Id') ?? '',
    retryAfterSeconds: body.retryAfterSeconds ?? (retry > 0 ? retry : undefined),
  })
}
