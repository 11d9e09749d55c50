import type { StorybookConfig } from '@storybook/react-vite'

const config: StorybookConfig = {
  stories: ['../src/**/*.stories.tsx'],
  addons: ['@storybook/addon-a11y', '@storybook/addon-docs'],
  framework: '@storybook/react-vite',
  core: { disableTelemetry: true, disableWhatsNewNotifications: true },
  typescript: { reactDocgen: 'react-docgen' }, // react-docgen-typescript needs the JS compiler API, which TypeScript 7 does not have
  // The router plugin writes src/routeTree.gen.ts; Storybook has no need of it.
  viteFinal: (c) => ({
    ...c,
    plugins: (c.plugins ?? []).flat(3).filter((p) => !(p && 'name' in p && String(p.name).includes('tanstack-router'))),
  }),
}
export default config
