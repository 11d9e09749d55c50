import { Suspense } from 'react'
import { lazyWithTexts } from '@/shared/i18n/lazy'
import { PasswordSection } from './password-section'
import { SessionsSection } from './sessions-section'

const IdentitiesSection = lazyWithTexts(['security'], () => import('./identities-section'))
const MfaSection = lazyWithTexts(['security'], () => import('./factor/mfa-section'))

export function SecurityPage() {
  return (
    <>
      <Suspense fallback={<div aria-busy className="h-40 rounded-lg bg-card shadow-card" />}>
        <MfaSection />
      </Suspense>
      <Suspense>
        <IdentitiesSection />
      </Suspense>
      <PasswordSection />
      <SessionsSection />
    </>
  )
}
