import nx from '@nx/eslint-plugin'
import tseslint from 'typescript-eslint'

const tests = [
  '**/*.test.ts',
  '**/fixtures/**',
  'libs/testing/**',
  'apps/gateway-e2e/**',
  'apps/console-e2e/**',
  '**/test-*.ts',
  '**/test-*/**',
]

/** What may use what. DESIGN, "The workspace": a subgraph never imports another, nor the gateway. */
const boundaries = [
  {
    sourceTag: 'type:gateway',
    onlyDependOnLibsWithTags: ['type:lib'],
    bannedExternalImports: ['kysely', 'pg', 'pg-*'],
  },
  { sourceTag: 'type:subgraph', onlyDependOnLibsWithTags: ['type:lib'] },
  { sourceTag: 'type:console', onlyDependOnLibsWithTags: ['type:lib'] },
  { sourceTag: 'type:lib', onlyDependOnLibsWithTags: ['type:lib'] },
  { sourceTag: 'type:development', onlyDependOnLibsWithTags: ['type:lib', 'type:development'] },
  {
    sourceTag: 'type:testing',
    onlyDependOnLibsWithTags: ['type:lib', 'type:development', 'type:testing', 'type:tool'],
  },
  {
    sourceTag: 'type:tool',
    onlyDependOnLibsWithTags: ['type:lib', 'type:development', 'type:testing', 'type:tool'],
  },
]

/** Tests of a project may use what production may not: servers and keys made for tests. */
const testBoundaries = boundaries.map((rule) => ({
  ...rule,
  onlyDependOnLibsWithTags: [
    ...new Set([...rule.onlyDependOnLibsWithTags, 'type:testing', 'type:development']),
  ],
}))

/** `#name` is what a project's own package.json gives to Node or to browsers; what is allowed is a regular expression. */
const boundaryRule = (depConstraints) => [
  'error',
  {
    enforceBuildableLibDependency: false,
    allow: ['^#'],
    checkDynamicDependenciesExceptions: [],
    // Tests of opening databases need the databases that testing opens: no code that runs goes round.
    ignoredCircularDependencies: [['@commonchart/database', '@commonchart/testing']],
    depConstraints,
  },
]

export default tseslint.config(
  {
    ignores: [
      '**/node_modules',
      '**/dist',
      '.commonchart',
      '.nx',
      '**/*.generated.ts',
      'apps/console/web/graph/*/**',
    ],
  },
  ...tseslint.configs.recommended,
  {
    files: ['**/*.ts', '**/*.tsx'],
    plugins: { '@nx': nx },
    rules: {
      '@nx/enforce-module-boundaries': boundaryRule(boundaries),
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      eqeqeq: 'error',
      'max-lines': ['error', { max: 250 }],
      'no-console': 'error',
      'no-empty': ['error', { allowEmptyCatch: false }],
    },
  },
  {
    files: tests,
    rules: { '@nx/enforce-module-boundaries': boundaryRule(testBoundaries), 'max-lines': 'off' },
  },
  { files: ['tools/**/*.ts'], rules: { 'no-console': 'off' } },
)
