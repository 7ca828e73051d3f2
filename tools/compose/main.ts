import { ensureComposeSecrets } from './secrets.ts'

const folder = ensureComposeSecrets(process.argv[2] ?? '.commonchart/compose')
process.stdout.write(
  `Keys and passwords for docker-compose.yml are in ${folder}; what was there is kept.\n` +
    'Now: docker compose up --build --detach, then: npm run chart -- --home .commonchart/compose domain create …\n',
)
