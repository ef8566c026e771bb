// Generates the CloudWatch dashboard: graphs of the API, functions, queues and Groundwork's own metrics. It is
// generated, because its body is one JSON text with every function and queue. docs/operations.md explains how to read
// it.

const QUEUES = ['tasks', 'chunks', 'test-images', 'dead-letter', 'events', 'deliveries', 'undeliverable']
const OUTCOMES = ['Copied', 'Present', 'Missing', 'Denied', 'Archived', 'Unusable', 'Conflict', 'Failed']
const PERIOD_SECONDS = 300
const COLUMNS = 24
const ROW_HEIGHT = 6

/** @param metrics each `[namespace, name, dimension, value, …, options?]`, or a search expression */
const graph = (title, stat, metrics, options = {}) => ({
  type: 'metric',
  properties: { title, stat, period: PERIOD_SECONDS, region: `$\{AWS::Region}`, metrics, ...options },
})
const times = { yAxis: { left: { label: 'milliseconds', min: 0 } } }

const apiGraphs = () => {
  const metric = (name, options = {}) => ['AWS/ApiGateway', name, 'ApiId', `$\{HttpApi}`, options]
  const latency = ['p50', 'p95', 'p99'].map((stat) => metric('Latency', { stat, label: stat }))
  return [
    graph('Requests', 'Sum', [metric('Count'), metric('4xx'), metric('5xx')]),
    graph('Latency', 'p50', latency, times),
  ]
}

const functionGraphs = (stack, functions, workers) => {
  const metrics = (name, names) =>
    names.map((label) => ['AWS/Lambda', name, 'FunctionName', `${stack}-${label}`, { label }])
  return [
    graph('Function errors', 'Sum', metrics('Errors', functions)),
    graph('Function duration, p95', 'p95', metrics('Duration', functions), times),
    graph('Concurrent workers', 'Maximum', metrics('ConcurrentExecutions', workers)),
    graph('Throttled functions', 'Sum', metrics('Throttles', functions)),
  ]
}

const queueGraphs = (stack) => {
  const metrics = (name) => QUEUES.map((queue) => ['AWS/SQS', name, 'QueueName', `${stack}-${queue}`, { label: queue }])
  return [
    graph('Waiting messages', 'Maximum', metrics('ApproximateNumberOfMessagesVisible')),
    graph('Age of the oldest message (seconds)', 'Maximum', metrics('ApproximateAgeOfOldestMessage')),
  ]
}

/** The metrics of shared/platform/observability/metrics.ts. */
const workGraphs = (namespace) => {
  const metric = (name, options = {}) => [namespace, name, 'service', 'groundwork', options]
  const by = (dimension, name, stat, options = {}) => {
    const expression = `SEARCH('{"${namespace}",service,${dimension}} MetricName="${name}"', '${stat}', ${PERIOD_SECONDS})`
    return [{ expression, ...options }]
  }
  const images = OUTCOMES.map((outcome) => metric(`Images${outcome}`, { label: outcome.toLowerCase() }))
  const delivery = ['p50', 'p99'].map((stat) => metric('DeliveryMilliseconds', { stat, label: stat }))
  const others = ['LabelingJobsCreated', 'TestImagesStored', 'TestImagesFailed'].map((name) => metric(name))
  const read = [by('strategy', 'SelectionBytes', 'Sum'), by('strategy', 'SelectionRequests', 'Sum', { yAxis: 'right' })]
  return [
    [
      graph('Images by copy outcome', 'Sum', images, { stacked: true }),
      graph('Selection duration, p95', 'p95', [by('strategy', 'SelectionMilliseconds', 'p95')], times),
      graph('Selection bytes (left) and requests (right)', 'Sum', read),
      graph('Bytes imported', 'Sum', [metric('ImportBytes')]),
    ],
    [
      graph('Published events', 'Sum', [by('event', 'EventsSent', 'Sum')]),
      graph('Webhook attempts', 'Sum', [by('outcome', 'WebhookAttempts', 'Sum')]),
      graph('Webhook attempt duration, p95', 'p95', [by('outcome', 'WebhookMilliseconds', 'p95')], times),
      graph('Time from event to delivery', 'p50', delivery, times),
    ],
    [
      graph('Labeling jobs and test images', 'Sum', others),
      graph('Unauthorized, throttled, dead-lettered', 'Sum', [
        [namespace, 'Unauthorized'],
        [namespace, 'TooManyRequests'],
        [namespace, 'DeadLetter'],
      ]),
    ],
  ]
}

/** Places rows of widgets from the top down; the widgets of a row share its width. */
const placeRows = (rows) =>
  rows.flatMap((row, rowIndex) => {
    const width = COLUMNS / row.length
    const at = (index) => ({ x: index * width, y: rowIndex * ROW_HEIGHT, width, height: ROW_HEIGHT })
    return row.map((widget, index) => ({ ...widget, ...at(index) }))
  })

/** The dashboard resource of the stack. */
exports.resources = async ({ resolveVariable }) => {
  const stack = `${await resolveVariable('self:service')}-${await resolveVariable('sls:stage')}`
  const workers = Object.keys(await resolveVariable('file(deploy/generated/workers.json)'))
  const endpoints = Object.keys(await resolveVariable('file(deploy/generated/endpoints.json)'))
  const functions = functionGraphs(stack, [...workers, ...endpoints], workers)
  const rows = [apiGraphs(), functions, queueGraphs(stack), ...workGraphs(await resolveVariable('self:custom.metrics'))]
  const body = { 'Fn::Sub': JSON.stringify({ widgets: placeRows(rows) }) }
  const Properties = { DashboardName: stack, DashboardBody: body }
  return { Resources: { Dashboard: { Type: 'AWS::CloudWatch::Dashboard', Properties } } }
}
