import { createHttpHeaders, type HttpClient, type PipelineRequest, RestError } from '@azure/core-rest-pipeline';

/** The SDKs' transport, with a function in the place of the network. */
export function transportTo(fetch: (request: Request) => Promise<Response>): HttpClient {
  return {
    async sendRequest(request) {
      try {
        const response = await fetch(asRequest(request));
        const headers = createHttpHeaders(Object.fromEntries(response.headers));
        return { request, headers, status: response.status, bodyAsText: await response.text() };
      } catch (error) {
        throw asTransportError(error, request);
      }
    },
  };
}

function asRequest({ url, method, headers, body, abortSignal }: PipelineRequest): Request {
  return new Request(url, {
    method,
    headers: headers.toJSON(),
    ...(typeof body === 'string' && { body }),
    // The SDK's own type of signal lacks what it never uses; the object is an AbortSignal.
    ...(abortSignal && { signal: abortSignal as AbortSignal }),
  });
}

// As @azure/core-rest-pipeline's own transport reports what went wrong on the way.
function asTransportError(error: unknown, request: PipelineRequest): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  if (request.abortSignal?.aborted)
    return Object.assign(new Error('The operation was aborted.'), { name: 'AbortError' });
  return new RestError(message, { code: code ?? RestError.REQUEST_SEND_ERROR, request });
}
