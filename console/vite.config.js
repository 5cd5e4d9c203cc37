// One page, every asset local and named by its hash, so that the gateway can serve it
// under a policy that allows scripts from itself only and cache it for good.
import { defineConfig } from 'vite';

export default defineConfig({
  base: '/graphiql/',
  root: 'src',
  publicDir: false,
  build: {
    outDir: process.env.CONSOLE_OUT_DIR ?? '../dist/graphiql',
    emptyOutDir: true,
    target: 'es2022',
    // Inlined assets would be data: fonts, which the policy refuses.
    assetsInlineLimit: 0,
    // Every browser that runs ES2022 preloads modules by itself.
    modulePreload: { polyfill: false },
    // The editor alone is larger than the default limit, and it is one download from the same machine.
    chunkSizeWarningLimit: 4000,
    reportCompressedSize: false,
    rolldownOptions: {
      onLog(level, log, report) {
        // Directives of server components, in half of the packages, mean nothing to a page.
        if (log.code !== 'MODULE_LEVEL_DIRECTIVE') report(level, log);
      },
    },
  },
});
