import type { ReactNode } from 'react'
import { Logo } from '@/shared/ui/logo'

/** The card on dotted paper that every page before sign-in shares. */
export function AuthLayout({ title, text, children }: { title: string; text?: ReactNode; children?: ReactNode }) {
  return (
    <main className="relative grid h-full place-items-center overflow-auto bg-canvas p-4">
      <div
        aria-hidden
        className="pointer-events-none absolute inset-0 bg-[radial-gradient(circle_at_1px_1px,var(--faint)_0.8px,transparent_0)] mask-[radial-gradient(circle_at_center,black,transparent_60%)] bg-size-[22px_22px]"
      />
      <div className="relative w-full max-w-[392px] rounded-xl bg-surface p-6 shadow-pop sm:p-8">
        <Logo size={40} />
        <h1 className="mt-5 text-xl font-semibold tracking-[-0.015em] text-balance">{title}</h1>
        {text && <p className="mt-1 text-base text-balance text-muted">{text}</p>}
        {children}
      </div>
    </main>
  )
}
