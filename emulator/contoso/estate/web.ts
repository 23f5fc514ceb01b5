import type { Resource } from '../../world.ts';
import { notSecret, resource, type Site } from './resource.ts';

const TYPE = 'Microsoft.Web/sites';

/** Web apps. Resource Graph mostly shows no settings of a site; where a provider does send them, they are in plain text. */
export function web({ group }: Site): Resource[] {
  return [
    resource(group('rg-payments-prod'), TYPE, 'app-payments-prod', site('app-payments-prod', null, null), {
      kind: 'app,linux',
    }),
    resource(
      group('rg-storefront-prod-weu'),
      TYPE,
      'app-storefront-prod',
      site(
        'app-storefront-prod',
        [
          { name: 'WEBSITE_NODE_DEFAULT_VERSION', value: '~22' },
          { name: 'CATALOGUE_API_KEY', value: notSecret('an app setting') },
          {
            name: 'SEARCH_KEY',
            value: '@Microsoft.KeyVault(SecretUri=https://contoso-vault.vault.azure.net/secrets/search-admin-key/)',
          },
        ],
        [{ name: 'orders', type: 'SQLAzure', connectionString: notSecret('a connection string') }],
      ),
      { kind: 'app,linux' },
    ),
  ];
}

type Settings = readonly { readonly [field: string]: string }[] | null;

function site(name: string, appSettings: Settings, connectionStrings: Settings) {
  return {
    ...{ state: 'Running', enabled: true, httpsOnly: true, defaultHostName: `${name}.azurewebsites.net` },
    siteConfig: { linuxFxVersion: 'NODE|22-lts', minTlsVersion: '1.2', appSettings, connectionStrings },
  };
}
