export {
  compareDeprecations,
  compareSchemas,
  emptySchema,
  toCoordinate,
  type Criticality,
  type Deprecation,
  type SchemaChange,
} from './compare.ts'
