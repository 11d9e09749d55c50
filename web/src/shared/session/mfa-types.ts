import type { StepUpMethod as KnownMethod, MfaView } from '@/api/gen/types.gen'

export type {
  BackupCodes,
  Challenge,
  FactorMethod,
  Passkey,
  TotpStart,
  TrustedDeviceView as TrustedDevice,
} from '@/api/gen/types.gen'

// By hand, until the document of the server has the last one.
export type StepUpMethod = KnownMethod | 'provider'
export type Mfa = Omit<MfaView, 'stepUp'> & { stepUp: StepUpMethod[] }
