import { Tabs as Base } from '@base-ui/react/tabs'
import type { ReactNode } from 'react'
import { cn } from '@/shared/lib/cn'
import { tabCls } from './tab-look'

export type TabItem<V extends string> = { value: V; label: ReactNode; icon?: ReactNode; count?: ReactNode }
type TabsProps<V extends string> = {
  items: readonly TabItem<V>[]
  value: V
  onValueChange: (value: V) => void
  label: string
  className?: string
  /** TabPanels. */
  children?: ReactNode
}
export function Tabs<V extends string>({ items, value, onValueChange, label, className, children }: TabsProps<V>) {
  return (
    <Base.Root value={value} onValueChange={(v) => onValueChange(v as V)} className="contents">
      <Base.List aria-label={label} className={cn('no-scrollbar flex gap-0.5 overflow-x-auto p-0.5', className)}>
        {items.map((i) => (
          <Base.Tab key={i.value} value={i.value} className={tabCls}>
            {i.icon}
            {i.label}
            {i.count !== undefined && <span className="tabular text-xs text-subtle">{i.count}</span>}
          </Base.Tab>
        ))}
      </Base.List>
      {children}
    </Base.Root>
  )
}
export function TabPanel({ value, className, children }: { value: string; className?: string; children: ReactNode }) {
  return (
    <Base.Panel value={value} className={className}>
      {children}
    </Base.Panel>
  )
}
