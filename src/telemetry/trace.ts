import { randomFillSync } from 'node:crypto';
import {
  type Attributes,
  isSpanContextValid,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';

/** The trace that one request belongs to: its caller's where it names one, else its own. */
export interface Trace {
  /** 32 hexadecimal digits, also where nothing is exported: what a log line, an exemplar and a span share. */
  readonly traceId: string;
  /** The span of the whole operation. */
  readonly span: Span;
}

// https://www.w3.org/TR/trace-context/#traceparent-header
const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-(?<traceId>[0-9a-f]{32})-(?<spanId>[0-9a-f]{16})-(?<flags>[0-9a-f]{2})(?:$|-)/;
const NAME = 'azure-graphql-gateway';

/** Begins the one span of a request. End it with `endSpan`. */
export function startTrace(traceparent: string | null): Trace {
  const caller = parsed(traceparent);
  const parent = caller ? trace.setSpanContext(ROOT_CONTEXT, caller) : ROOT_CONTEXT;
  const started = trace.getTracer(NAME).startSpan('graphql', { kind: SpanKind.SERVER }, parent);
  // Without an SDK there is no span: the ids are made here, for the log.
  const span = isSpanContextValid(started.spanContext()) ? started : trace.wrapSpanContext(ownContext());
  return { traceId: span.spanContext().traceId, span };
}

/**
 * Begins the trace of a read that several requests may wait for: it is within none of theirs, and linked with that of the first.
 * End its span with `endSpan`.
 */
export function startReadTrace(operation: string, first: Trace): Trace {
  const links = [{ context: first.span.spanContext() }];
  const started = trace.getTracer(NAME).startSpan(operation, { kind: SpanKind.INTERNAL, links }, ROOT_CONTEXT);
  const span = isSpanContextValid(started.spanContext()) ? started : trace.wrapSpanContext(ownContext());
  first.span.addLink({ context: span.spanContext() });
  return { traceId: span.spanContext().traceId, span };
}

/** Begins the span of one call to another service, within the request's where there is one. */
export function startCallSpan(within: Trace | undefined, name: string, attributes: Attributes): Span {
  const parent = within ? trace.setSpan(ROOT_CONTEXT, within.span) : ROOT_CONTEXT;
  return trace.getTracer(NAME).startSpan(name, { kind: SpanKind.CLIENT, attributes }, parent);
}

/** `failed`: a word for what went wrong, such as a code of the contract; never a message. */
export function endSpan(span: Span, attributes: Attributes, failed?: string): void {
  span.setAttributes(attributes);
  if (failed !== undefined) span.setStatus({ code: SpanStatusCode.ERROR, message: failed });
  span.end();
}

/** The header that hands a span on; undefined outside any trace. */
export function traceparentOf(span: Span): string | undefined {
  const context = span.spanContext();
  if (!isSpanContextValid(context)) return undefined;
  return `00-${context.traceId}-${context.spanId}-${context.traceFlags.toString(16).padStart(2, '0')}`;
}

function parsed(traceparent: string | null): SpanContext | undefined {
  const { traceId = '', spanId = '', flags = '' } = TRACEPARENT.exec(traceparent ?? '')?.groups ?? {};
  const context = { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & 1, isRemote: true };
  return isSpanContextValid(context) ? context : undefined;
}

const ownContext = (): SpanContext => ({ traceId: randomHex(16), spanId: randomHex(8), traceFlags: 0 });

// A call into the system costs ten times what it brings: it brings a few hundred ids at once.
const drawn = Buffer.alloc(8_192);
let used = drawn.length;

function randomHex(bytes: number): string {
  if (used + bytes > drawn.length) {
    randomFillSync(drawn);
    used = 0;
  }
  used += bytes;
  return drawn.toString('hex', used - bytes, used);
}
