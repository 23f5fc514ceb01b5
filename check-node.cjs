// Runs before every npm script, on whatever Node is there: so it stays ES5 and CommonJS.
var required = [22, 18];
var running = process.versions.node.split('.').map(Number);

if (running[0] < required[0] || (running[0] === required[0] && running[1] < required[1])) {
  console.error(
    'azure-graphql-gateway needs Node ' +
      required.join('.') +
      ' or newer, and this is ' +
      process.version +
      '.\nRun `npm ci`: it installs Node 24 beside the other packages, and every `npm run` uses it.\n' +
      'If you installed without development packages or with scripts switched off, run `npm ci --include=dev --ignore-scripts=false`.',
  );
  process.exit(1);
}
