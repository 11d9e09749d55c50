import '../src/styles/index.css'
import type { Preview } from '@storybook/react-vite'
import { initI18n, setLocale } from '../src/shared/i18n'
import { TooltipHost } from '../src/shared/ui/tooltip-host'
import { UiProvider } from '../src/shared/ui/ui-provider'

const ready = initI18n()
const preview: Preview = {
  loaders: [
    async (c) => {
      await ready
      await setLocale(c.globals['locale'] === 'ru' ? 'ru' : 'en')
      return {}
    },
  ],
  globalTypes: {
    theme: { toolbar: { title: 'Theme', items: ['light', 'dark'] } },
    locale: { toolbar: { title: 'Language', items: ['en', 'ru'] } },
  },
  initialGlobals: { theme: 'light', locale: 'en' },
  decorators: [
    (Story, c) => {
      document.documentElement.dataset['theme'] = c.globals['theme'] as string
      document.body.style.overflow = 'auto'
      return (
        <UiProvider>
          <div className="bg-surface p-4">
            <Story />
          </div>
          <TooltipHost />
        </UiProvider>
      )
    },
  ],
  parameters: { a11y: { test: 'error' } },
}
export default preview
