import { toVariable } from '@commonchart/subgraph-list'
import { insertBefore } from '../edit-text.ts'

/** Adds a subgraph to docker-compose.yml: its database, its migration and itself, and how others find it. */
export function addToCompose(compose: string, { name, port }: { name: string; port: number }): string {
  const variable = toVariable(name)
  const secret = (file: string): string =>
    `  ${file}:\n    file: \${COMMONCHART_HOME:-./.commonchart/compose}/secrets/${file}\n`
  const secrets = ['-database.password', '-migration.env', '.env', '.keys.json'].map((end) => `${name}${end}`)
  let text = insertBefore(
    compose,
    '  IDENTITY_JWKS: /etc/commonchart/identity.jwks.json\n\n',
    `  ${variable}_URL: http://${name}:${port}\n`,
  )
  text = insertBefore(
    text,
    '\n  gateway:\n    <<: *service\n    image: commonchart/gateway\n',
    `\n${describeServices(name)}`,
  )
  text = insertBefore(
    text,
    '      CONSUMERS_AUDIT_URL: http://consumers-audit:4103\n      SERVICE_KEYS: /run/secrets/gateway.keys.json\n',
    `      SUBGRAPH_URL_${variable}: http://${name}:${port}/graphql\n`,
  )
  text = insertBefore(
    text,
    '\n  console-database:\n    <<: *database\n',
    `      ${name}: { condition: service_healthy }\n`,
  )
  text = insertBefore(text, '  record-master.keys.json:\n', secrets.map(secret).join(''))
  text = insertBefore(text, '  console-data:\n', `  ${name}-data:\n`)
  text = insertBefore(text, '  console: { internal: true }\n', `  ${name}: { internal: true }\n`)
  return text.replace(/^( {6}SUBGRAPHS: .*)$/m, `$1,${name}`)
}

function describeServices(name: string): string {
  return `  ${name}-database:
    <<: *database
    environment:
      POSTGRES_DB: ${name.replaceAll('-', '_')}
      POSTGRES_PASSWORD_FILE: /run/secrets/${name}-database.password
    secrets: [${name}-database.password]
    volumes: ['${name}-data:/var/lib/postgresql']
    networks: [${name}]

  ${name}-migration:
    <<: *migration
    image: commonchart/${name}
    build: &${name}-build
      context: .
      dockerfile: apps/${name}/Dockerfile
    command: [node, --env-file=/run/secrets/${name}-migration.env, apps/${name}/src/migrate.ts]
    secrets: [${name}-migration.env]
    networks: [${name}]
    depends_on:
      ${name}-database: { condition: service_healthy }

  ${name}:
    <<: *service
    image: commonchart/${name}
    build: *${name}-build
    command: [node, --env-file=/run/secrets/${name}.env, apps/${name}/src/main.ts]
    environment:
      <<: *addresses
      SERVICE_KEYS: /run/secrets/${name}.keys.json
    secrets: [${name}.env, ${name}.keys.json]
    volumes: *public-keys
    networks: [${name}, graph]
    depends_on:
      ${name}-migration: { condition: service_completed_successfully }
`
}
