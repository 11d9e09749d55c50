export type {
  BackupCodes,
  Challenge,
  FactorMethod,
  MfaView as Mfa,
  Passkey,
  StepUpMethod,
  TotpStart,
  TrustedDeviceView as TrustedDevice,
} from '@/api/gen/types.gen'
