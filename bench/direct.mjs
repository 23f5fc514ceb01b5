// A program that reads a secret by the SDK alone: how long each read takes, as one line of JSON.
import { ManagedIdentityCredential } from '@azure/identity';
import { SecretClient } from '@azure/keyvault-secrets';

const [times = '0', vault = ''] = process.argv.slice(2);
const clientId = process.env.AZURE_CLIENT_ID;
const credential = new ManagedIdentityCredential(clientId ? { clientId } : undefined);
const client = new SecretClient(`https://${vault}.vault.azure.net`, credential);
const took = [];
for (let nth = 0; nth < Number(times); nth++) {
  const startedAt = performance.now();
  await client.getSecret('SampleSecret');
  took.push(performance.now() - startedAt);
}
console.log(JSON.stringify(took));
