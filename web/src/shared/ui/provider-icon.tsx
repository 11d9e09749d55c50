import { Globe, LogIn, type LucideIcon, Send, TerminalSquare } from 'lucide-react'

const ICONS: Record<string, LucideIcon> = { google: Globe, github: TerminalSquare, oidc: LogIn, telegram: Send }

/** Stands for a service; its name stands beside it. */
export function ProviderIcon({ id, size = 16 }: { id: string; size?: number }) {
  const Icon = ICONS[id] ?? LogIn
  return <Icon size={size} strokeWidth={1.75} aria-hidden />
}
