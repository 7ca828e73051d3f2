import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

const web = fileURLToPath(new URL('web/', import.meta.url))

export default defineConfig({
  root: web,
  plugins: [react()],
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    // Pictures and fonts as files: a policy that admits `data:` for scripts' sake would admit more.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1500,
    rollupOptions: { input: [`${web}index.html`, `${web}operator.html`] },
  },
})
