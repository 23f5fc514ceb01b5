import type { CodegenConfig } from '@graphql-codegen/cli';

const config: CodegenConfig = {
  schema: 'schema/*.graphql',
  emitLegacyCommonJSImports: false,
  importExtension: '.ts',
  generates: {
    'src/graphql/generated.ts': {
      plugins: ['typescript', 'typescript-resolvers'],
      config: {
        contextType: './context.ts#Context',
        // The records that the sources give. A field that its record has by the same name needs no resolver.
        mappers: {
          AzureSubscription: '../azure/subscription.ts#AzureSubscription',
          ResourceGroup: '../azure/resource-group.ts#ResourceGroup',
          Secret: '../azure/secret.ts#Secret',
          SecretProperties: '../azure/secret.ts#SecretProperties',
          SecretsExpiringConnection: '../azure/secrets-expiring.ts#ExpiringSecrets',
          Tag: '../azure/tag.ts#Tag',
          Viewer: '../caller.ts#Caller',
        },
        mapperTypeSuffix: 'Record',
        scalars: {
          DateTime: { input: 'Date', output: 'Date' },
          SecretText: { input: 'never', output: '../secret-text.ts#SecretText' },
        },
        strictScalars: true,
        useTypeImports: true,
        enumsAsTypes: true,
        immutableTypes: true,
        maybeValue: 'T | null | undefined',
        avoidOptionals: false,
      },
    },
  },
};

export default config;
