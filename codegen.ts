import type { CodegenConfig } from '@graphql-codegen/cli';
import { RESOURCE_TYPES } from './src/graphql/resource-types.ts';

const resources = Object.fromEntries(
  ['Resource', 'GenericResource', ...Object.keys(RESOURCE_TYPES)].map((type) => [
    type,
    '../azure/resource.ts#Resource',
  ]),
);

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
          BudgetLimit: '../azure/budget.ts#BudgetLimit',
          AzureSubscription: '../azure/subscription.ts#AzureSubscription',
          Node: '../azure/node.ts#Node',
          ...resources,
          RelatedConnection: '../azure/related.ts#RelatedConnection',
          RelatedEdge: '../azure/related.ts#RelatedEdge',
          ResourceConnection: '../azure/resource.ts#Connection',
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
          JSON: { input: 'unknown', output: 'unknown' },
          SecretText: { input: 'never', output: '../secret-text.ts#SecretText' },
        },
        strictScalars: true,
        addInterfaceFieldResolverTypes: true,
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
