import type { CodegenConfig } from '@graphql-codegen/cli'

/** Types of what the pages ask: one folder for each graph, made by the build and kept nowhere. */
const options = {
  preset: 'client' as const,
  presetConfig: { fragmentMasking: false },
  config: {
    documentMode: 'string',
    useTypeImports: true,
    enumsAsTypes: true,
    scalars: { ISO8601DateTime: 'string', ISO8601Date: 'string', JSON: 'unknown' },
  },
}

const config: CodegenConfig = {
  generates: {
    'apps/console/web/graph/settings/': {
      ...options,
      schema: 'apps/gateway/settings.graphql',
      documents: [
        'apps/console/web/**/*.{ts,tsx}',
        '!apps/console/web/operator/**',
        '!apps/console/web/graph/**',
      ],
    },
    'apps/console/web/graph/operator/': {
      ...options,
      schema: 'apps/gateway/operator.graphql',
      documents: ['apps/console/web/operator/**/*.{ts,tsx}'],
    },
  },
  ignoreNoDocuments: true,
}

export default config
