const { graphiql, workers } = JSON.parse(document.getElementById('settings').textContent);

globalThis.MonacoEnvironment = { getWorkerUrl: (_module, label) => workers[label] };

const headers = headersOfLink();

globalThis.YogaGraphiQL.renderYogaGraphiQL(document.getElementById('root'), {
  ...graphiql,
  ...lastTab(),
  ...(headers && { headers }),
  shouldPersistHeaders: false,
  // Yoga's own handler writes each edit into the URL: a reload would then run the query instead of showing this page.
  onEditQuery() {},
});

// Told nothing, GraphiQL opens one more empty tab at each reload.
function lastTab() {
  try {
    const { tabs, activeTabIndex } = JSON.parse(localStorage.getItem('graphiql:tabState'));
    const { query, variables } = tabs[activeTabIndex];
    return { query: query ?? '', variables: variables ?? '' };
  } catch {
    return {};
  }
}

// A link may bring a token behind its #, which no browser sends to a server. It goes into the headers tab, and out of the address.
function headersOfLink() {
  const authorization = new URLSearchParams(location.hash.slice(1)).get('authorization');
  if (location.hash) history.replaceState(null, '', location.pathname + location.search);
  return authorization ? JSON.stringify({ authorization }, null, 2) : undefined;
}
