import { defineConfig } from '@hey-api/openapi-ts'

export default defineConfig({
  input: '../../../api/openapi.json', // written by the Rust server; `pnpm gen:api` after every change of it
  parser: { pagination: { keywords: ['cursor'] } }, // infinite options page by cursor (lists take `page` too)
  output: { path: '../../src/api/gen' },
  plugins: [
    { name: '@hey-api/client-fetch', throwOnError: true },
    '@hey-api/typescript',
    { name: '@hey-api/sdk', auth: false }, // the browser sends its cookie by itself; a list of ways in at each call was a third of the file
    '@tanstack/react-query',
    { name: 'zod', compatibilityVersion: 'mini' },
  ],
})
