import { fileURLToPath } from 'node:url'
import tailwindcss from '@tailwindcss/vite'
import { tanstackRouter } from '@tanstack/router-plugin/vite'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'

/** What the first script of every page brings along: it is there before anything else is asked for. */
const loaded = new Set<string>()
const knowLoaded: Plugin = {
  name: 'know-loaded',
  generateBundle: {
    order: 'pre',
    handler(_, bundle) {
      for (const chunk of Object.values(bundle))
        if (chunk.type === 'chunk' && chunk.isEntry) for (const i of [chunk.fileName, ...chunk.imports]) loaded.add(i)
    },
  },
}

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

export default defineConfig({
  plugins: [
    tanstackRouter({
      target: 'react',
      autoCodeSplitting: true,
      generatedRouteTree: './src/routeTree.gen.ts',
    }), // must precede react()
    react(),
    tailwindcss(),
    knowLoaded,
  ],
  json: { namedExports: false }, // every page carries the list of all texts: it only says where they are
  resolve: {
    alias: [
      { find: '@', replacement: here('./src') },
      // The generated client brings a reader of event streams; ours come through Socket.IO.
      { find: /^.*\/core\/serverSentEvents\.gen$/, replacement: here('./src/shared/api/no-event-streams.ts') },
    ],
  },
  build: {
    target: 'es2022',
    sourcemap: 'hidden',
    assetsInlineLimit: 0, // the CSP has no data: for fonts and scripts
    modulePreload: {
      polyfill: false, // browsers of the target have it
      // Every page carries these lists.
      resolveDependencies: (_, deps, { hostType }) => (hostType === 'js' ? deps.filter((d) => !loaded.has(d)) : deps),
    },
    manifest: true, // read by scripts/bundle-budget.mjs
    rolldownOptions: {
      output: {
        // Names tell nothing: every page carries those of all chunks. The manifest knows what is in which.
        chunkFileNames: 'assets/[hash:7].js',
        // A vendor chunk that changes only when dependencies do: long-lived in the browser cache.
        codeSplitting: {
          groups: [
            { name: 'react', test: /node_modules[\\/](react|react-dom|scheduler)[\\/]/, priority: 30 },
            {
              name: 'tanstack',
              // Without what only some pages use: the sign-in page has no room for it.
              test: /node_modules[\\/]@tanstack[\\/](react-router|router-core|history|react-query|query-core|store|react-store)[\\/](?!.*[\\/](queryObserver|useQuery|useBaseQuery|suspense|errorBoundaryUtils|infiniteQueryObserver|useInfiniteQuery|queriesObserver|useQueries|mutationObserver|useMutation|useBlocker)\.)/,
              priority: 20,
            },
            {
              // What every page needs: left alone it falls into crumbs, each compressed by itself, as pages grow.
              name: 'base',
              test: /src[\\/]shared[\\/](api[\\/](client|connection|csrf|errors|messages)|lib[\\/](cn|address)|session[\\/](session-query|tabs)|theme|i18n[\\/]index)|src[\\/]shared[\\/](ui[\\/](button|control|spinner|logo)|lib[\\/](use-title|use-countdown))\.|react-i18next[\\/]dist[\\/]es[\\/](utils|context|useTranslation)\.|lucide-react[\\/]dist[\\/]esm[\\/](createLucideIcon|Icon|context|shared|defaultAttributes|icons[\\/]circle-exclamation-point\.)/,
              priority: 10,
            },
            {
              // The same of every page behind the sign-in.
              name: 'shell',
              test: /src[\\/](app[\\/]shell[\\/](navigation|overlays|bell|inbox-count)|features[\\/](notifications|inbox)[\\/]count|features[\\/]records[\\/]left\.|shared[\\/](commands[\\/](keys|commands)|i18n[\\/]lazy|session[\\/](session|use-format)\.|lib[\\/](format|use-media-query)|live[\\/]store|ui[\\/](avatar|badge|empty-state|error-state|tone|tooltip|kbd|icon-button|page-header)\.))|lucide-react[\\/]dist[\\/]esm[\\/]icons[\\/](bell|house|users|users-round|building-complex|handshake|messages-square|megaphone|smartphone|trash|upload|settings|menu|search|search-x|shield-exclamation-point|triangle-exclamation-point|cloud-off|x|plus)\./,
              priority: 5,
            },
            {
              // What a part of a page says about itself, and its signs.
              name: 'notice',
              test: /src[\\/]shared[\\/]ui[\\/]notice\.|lucide-react[\\/]dist[\\/]esm[\\/]icons[\\/](info|circle-check)\./,
              priority: 4,
            },
            {
              // The signs of what a record has: lists, duplicates and merging show all of them.
              name: 'record-signs',
              test: /lucide-react[\\/]dist[\\/]esm[\\/]icons[\\/](earth|tag|at-sign|link-2|hash|text-align-start|phone|ban|combine|merge|braces|factory|map-pin|flame|globe|arrow-up-right)\./,
              priority: 4,
            },
            {
              // What notifications tell of, and the pages that it happens on.
              name: 'event-signs',
              test: /lucide-react[\\/]dist[\\/]esm[\\/]icons[\\/](user-plus|list-checks|trophy|hourglass)\./,
              priority: 4,
            },
            {
              // What one writes into, with the eye of a password.
              name: 'input',
              test: /src[\\/]shared[\\/]ui[\\/](input|field)\.|lucide-react[\\/]dist[\\/]esm[\\/]icons[\\/](eye|eye-off)\./,
              priority: 4,
            },
            {
              // What every control of Base UI stands on: each page with a select or a menu has all of it.
              name: 'controls',
              test: /@base-ui[\\/](utils[\\/](?:esm[\\/])?(useControlled|visuallyHidden|inertValue)|react[\\/](?:esm[\\/])?(field[\\/]control|internals[\\/](field-constants|composite[\\/]root[\\/]CompositeRootContext|composite[\\/]composite|direction-context|useBaseUiId|useValueChanged|useTransitionStatus)|utils[\\/]useFocusableWhenDisabled))/,
              priority: 4,
            },
            {
              // Back, on and undone: of pages that go step by step.
              name: 'way-signs',
              test: /lucide-react[\\/]dist[\\/]esm[\\/]icons[\\/](arrow-left|arrow-right|undo-2)\./,
              priority: 4,
            },
            {
              // What fields of records are, however they are shown.
              name: 'fields',
              test: /src[\\/]shared[\\/]fields[\\/](use-fields|fields|names)\./,
              priority: 4,
            },
            {
              // Signs that many pages have: each in a file of its own is longer than they are together.
              name: 'signs',
              test: /lucide-react[\\/]dist[\\/]esm[\\/]icons[\\/](?!sun|moon|eye|monitor)/,
              minShareCount: 14,
              priority: 1,
            },
          ],
        },
      },
    },
  },
  // The Rust server; the browser stays on one origin, so cookies and the CSP behave as in production.
  // `changeOrigin` off: the server compares the page's Origin with the Host it is asked by.
  server: {
    proxy: {
      '/api': { target: 'http://127.0.0.1:3000', changeOrigin: false },
      '/socket.io': { target: 'http://127.0.0.1:3000', changeOrigin: false, ws: true },
    },
  },
})
