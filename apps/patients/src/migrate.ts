import { runMigrations } from '@commonchart/subgraph'

await runMigrations({ name: 'patients', folder: new URL('../migrations/', import.meta.url) }, process)
