/** The answer with so many of its rows, as Resource Graph gives one that it cut itself. Other answers stay as they are. */
export async function truncated(response: Response, rows: number): Promise<Response> {
  const text = await response.text();
  const { status, headers } = response;
  if (status !== 200) return new Response(text, { status, headers });
  const { $skipToken: _, ...page } = JSON.parse(text);
  const data = Array.isArray(page.data) ? page.data.slice(0, rows) : page.data;
  const body = { ...page, data, count: Math.min(page.count, rows), resultTruncated: 'true' };
  return new Response(JSON.stringify(body), { status, headers });
}
