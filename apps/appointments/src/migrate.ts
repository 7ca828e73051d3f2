import { runMigrations } from '@commonchart/subgraph'

await runMigrations({ name: 'appointments', folder: new URL('../migrations/', import.meta.url) }, process)
