// By hand from the agreement, until the document of the server has them.
export type FactorMethod = 'totp' | 'backup' | 'passkey'
export type StepUpMethod = FactorMethod | 'password' | 'provider'
export type Challenge = { token: string; methods: FactorMethod[]; expiresAt: string }
export type TrustedDevice = {
  id: string
  current: boolean
  userAgent: string | null
  ip: string
  createdAt: string
  lastUsedAt: string
  expiresAt: string
}
export type Passkey = { id: string; name: string; createdAt: string; lastUsedAt: string | null }
export type Mfa = {
  totp: { enabled: boolean; since: string | null }
  backupCodes: { left: number }
  trustedDevices: TrustedDevice[]
  stepUp: StepUpMethod[]
  /** Until when this session may do what is dangerous; absent where the server does not tell. */
  confirmedUntil?: string | null
  passkeys?: Passkey[]
  /** False where the server's address allows none. */
  passkeysAvailable?: boolean
  enforced: boolean
}
export type TotpStart = { secret: string; uri: string }
export type BackupCodes = { backupCodes: string[] }
