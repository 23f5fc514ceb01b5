import { randomBytes } from 'node:crypto';
import type { AssetUrls } from './assets.ts';
import { tabs } from './tabs.ts';

const TITLE = 'azure-graphql-gateway';
const ICON =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><path fill="#0078d4" d="M16 1l13 7.5v15L16 31 3 23.5v-15z"/>' +
  '<path fill="none" stroke="#fff" stroke-width="2.5" d="M10 25V14a6 6 0 0 1 12 0v11"/><circle cx="16" cy="18" r="2.5" fill="#fff"/></svg>';

// Tabs can be dragged, and after a change of the window's width GraphiQL takes a click for a drag: hold them in place.
const STYLE =
  'body { margin: 0; } #root { height: 100vh; } .graphiql-tab { transform: none !important; } ' +
  '.loading { padding: 24px; font: 16px sans-serif; color: #5a6b85; }';

/** GraphiQL's page: a policy that lets it call its own origin only, and run no script but its own. */
export function renderPage({ endpoint, urls }: { endpoint: string; urls: AssetUrls }): Response {
  const nonce = randomBytes(16).toString('base64');
  return new Response(html({ endpoint, urls, nonce }), {
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': contentSecurityPolicy(nonce),
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    },
  });
}

function contentSecurityPolicy(nonce: string): string {
  return [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    // The editor writes its themes and its layout into <style> elements and style attributes.
    "style-src 'self' 'unsafe-inline'",
    'font-src data:',
    'img-src data:',
    "connect-src 'self'",
    "worker-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

function html({ endpoint, urls, nonce }: { endpoint: string; urls: AssetUrls; nonce: string }): string {
  const settings = {
    graphiql: { endpoint, title: TITLE, logo: ICON, defaultTabs: tabs(new Date()) },
    workers: {
      editorWorkerService: urls['editor-worker.js'],
      json: urls['json-worker.js'],
      graphql: urls['graphql-worker.js'],
    },
  };
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${TITLE}</title>
<link rel="icon" href="data:image/svg+xml,${encodeURIComponent(ICON)}">
<link rel="stylesheet" href="${escapeHtml(urls['graphiql.css'])}">
<script nonce="${nonce}" defer src="${escapeHtml(urls['graphiql.js'])}"></script>
<script nonce="${nonce}" defer src="${escapeHtml(urls['browser.js'])}"></script>
<script type="application/json" id="settings">${escapeJson(settings)}</script>
<style>${STYLE}</style>
</head>
<body>
<noscript>GraphiQL needs JavaScript. The gateway itself does not: POST your query to ${escapeHtml(endpoint)}.</noscript>
<div id="root"><p class="loading">Loading GraphiQL ...</p></div>
</body>
</html>
`;
}

const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

const escapeJson = (value: unknown): string => JSON.stringify(value).replaceAll('<', '\\u003c');
