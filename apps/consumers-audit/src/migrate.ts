import { runMigrations } from '@commonchart/subgraph'

await runMigrations({ name: 'consumers-audit', folder: new URL('../migrations/', import.meta.url) }, process)
