// The dashboard: what the API, the functions, the queues and the work itself are doing. A program writes it, because
// CloudWatch takes one text, with a graph of every function and queue. docs/operations.md tells how to read it.

const QUEUES = ['tasks', 'chunks', 'test-images', 'dead-letter', 'events', 'deliveries', 'undeliverable']
const OUTCOMES = ['Copied', 'Present', 'Missing', 'Denied', 'Conflict', 'Failed']
const PERIOD_SECONDS = 300
const COLUMNS = 24
const ROW_HEIGHT = 6

/** @param metrics each `[namespace, name, dimension, value, …, options?]`, or a search for several */
const graph = (title, stat, metrics, options = {}) => ({
  type: 'metric',
  properties: { title, stat, period: PERIOD_SECONDS, region: `$\{AWS::Region}`, metrics, ...options },
})
const times = { yAxis: { left: { label: 'milliseconds', min: 0 } } }

const ofApi = () => {
  const metric = (name, options = {}) => ['AWS/ApiGateway', name, 'ApiId', `$\{HttpApi}`, options]
  const latency = ['p50', 'p95', 'p99'].map((stat) => metric('Latency', { stat, label: stat }))
  return [
    graph('Requests', 'Sum', [metric('Count'), metric('4xx'), metric('5xx')]),
    graph('Time to answer', 'p50', latency, times),
  ]
}

const ofFunctions = (stack, functions, workers) => {
  const metrics = (name, names) =>
    names.map((one) => ['AWS/Lambda', name, 'FunctionName', `${stack}-${one}`, { label: one }])
  return [
    graph('Errors of functions', 'Sum', metrics('Errors', functions)),
    graph('Time that functions take, p95', 'p95', metrics('Duration', functions), times),
    graph('Workers at a time', 'Maximum', metrics('ConcurrentExecutions', workers)),
    graph('Throttled functions', 'Sum', metrics('Throttles', functions)),
  ]
}

const ofQueues = (stack) => {
  const metrics = (name) => QUEUES.map((one) => ['AWS/SQS', name, 'QueueName', `${stack}-${one}`, { label: one }])
  return [
    graph('Messages that wait', 'Maximum', metrics('ApproximateNumberOfMessagesVisible')),
    graph('Age of the oldest message, seconds', 'Maximum', metrics('ApproximateAgeOfOldestMessage')),
  ]
}

/** What the functions themselves measure: shared/platform/observability/metrics.ts has the names. */
const ofWork = (namespace) => {
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
      graph('Images by how their copies ended', 'Sum', images, { stacked: true }),
      graph('Time to choose images, p95', 'p95', [by('strategy', 'SelectionMilliseconds', 'p95')], times),
      graph('Bytes (left) and requests (right) to choose images', 'Sum', read),
      graph('Bytes imported', 'Sum', [metric('ImportBytes')]),
    ],
    [
      graph('Events', 'Sum', [by('event', 'EventsSent', 'Sum')]),
      graph('Attempts at webhooks', 'Sum', [by('outcome', 'WebhookAttempts', 'Sum')]),
      graph('Time of an attempt, p95', 'p95', [by('outcome', 'WebhookMilliseconds', 'p95')], times),
      graph('From event to delivery', 'p50', delivery, times),
    ],
    [
      graph('Labeling jobs and test images', 'Sum', others),
      graph('Refused callers, given up', 'Sum', [
        [namespace, 'Unauthorized'],
        [namespace, 'TooManyRequests'],
        [namespace, 'DeadLetter'],
      ]),
    ],
  ]
}

/** Rows from the top down; what stands in one row shares its width. */
const placed = (rows) =>
  rows.flatMap((row, rowIndex) => {
    const width = COLUMNS / row.length
    const at = (index) => ({ x: index * width, y: rowIndex * ROW_HEIGHT, width, height: ROW_HEIGHT })
    return row.map((widget, index) => ({ ...widget, ...at(index) }))
  })

/** The dashboard of a stack with these functions. */
exports.resources = async ({ resolveVariable }) => {
  const stack = `${await resolveVariable('self:service')}-${await resolveVariable('sls:stage')}`
  const workers = Object.keys(await resolveVariable('file(deploy/workers.yml)'))
  const endpoints = Object.keys(await resolveVariable('file(deploy/endpoints.yml)'))
  const functions = ofFunctions(stack, [...workers, ...endpoints], workers)
  const rows = [ofApi(), functions, ofQueues(stack), ...ofWork(await resolveVariable('self:custom.metrics'))]
  const body = { 'Fn::Sub': JSON.stringify({ widgets: placed(rows) }) }
  const Properties = { DashboardName: stack, DashboardBody: body }
  return { Resources: { Dashboard: { Type: 'AWS::CloudWatch::Dashboard', Properties } } }
}
