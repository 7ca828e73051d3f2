import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

const web = fileURLToPath(new URL('web/', import.meta.url))

export default defineConfig({
  root: web,
  plugins: [react()],
  worker: { format: 'es' },
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    // Pictures and fonts as files: a policy that admits `data:` for scripts' sake would admit more.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // The Explorer's editor is that large, and a chunk of its own.
    chunkSizeWarningLimit: 2000,
    rollupOptions: {
      input: [`${web}index.html`, `${web}operator.html`],
      // Directives for compilers that have run already: nothing to warn of.
      onwarn: (warning, warn) => warning.code !== 'MODULE_LEVEL_DIRECTIVE' && warn(warning),
    },
  },
})
