const { graphiql, workers } = JSON.parse(document.getElementById('settings').textContent);

globalThis.MonacoEnvironment = { getWorkerUrl: (_module, label) => workers[label] };

globalThis.YogaGraphiQL.renderYogaGraphiQL(document.getElementById('root'), {
  ...graphiql,
  ...lastTab(),
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
