import type { LucideProps } from 'lucide-react'
import type { FieldKind } from './fields'
import { KIND_ICONS } from './kind-icons'

export default function KindIcon({ kind, ...p }: LucideProps & { kind: FieldKind }) {
  const Icon = KIND_ICONS[kind]
  return <Icon {...p} />
}
