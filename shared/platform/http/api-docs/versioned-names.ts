import swagger from 'swagger-ui-dist/package.json' with { type: 'json' }

/** The files of Swagger UI, and the names by which the API documentation loads them: these change with the contents. */
export const VERSIONED = {
  'swagger-ui-bundle.js': `swagger-ui-bundle-${swagger.version}.js`,
  'swagger-ui.css': `swagger-ui-${swagger.version}.css`,
} as const
