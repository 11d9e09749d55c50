import { QueryErrorResetBoundary } from '@tanstack/react-query'
import { Component, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { ErrorState } from './error-state'

type Props = { fallback: (error: unknown, reset: () => void) => ReactNode; onReset?: () => void; children: ReactNode }
class Boundary extends Component<Props, { error: unknown; failed: boolean }> {
  override state = { error: null as unknown, failed: false }
  static getDerivedStateFromError(error: unknown) {
    return { error, failed: true }
  }
  reset = () => {
    this.props.onReset?.()
    this.setState({ error: null, failed: false })
  }
  override render() {
    return this.state.failed ? this.props.fallback(this.state.error, this.reset) : this.props.children
  }
}

/** Around one widget: its failure (a throw, or a query with throwOnError / useSuspenseQuery) leaves the rest of the page alone. */
export function WidgetBoundary({ children, className }: { children: ReactNode; className?: string }) {
  const { t } = useTranslation()
  return (
    <QueryErrorResetBoundary>
      {({ reset }) => (
        <Boundary
          onReset={reset}
          fallback={(error, retry) => (
            <ErrorState error={error} title={t('error.widget')} onRetry={retry} className={className} />
          )}
        >
          {children}
        </Boundary>
      )}
    </QueryErrorResetBoundary>
  )
}
