import { type Happening, sendEvent } from '../../shared/platform/state/domain-event.ts'
import { DeliveryState } from '../../shared/webhooks/delivery.ts'
import { registerWebhook } from '../../shared/webhooks/register.ts'
import type { WebhookRequest } from '../../shared/webhooks/webhook.ts'
import { type MemoryPorts, memoryPorts, testConfig } from '../fakes/ports.ts'
import type { Behaviour } from '../fakes/receivers.ts'
import type { World } from '../fakes/world.ts'

export const HOOK = 'https://hooks.groundwork.dev/in?key=hidden'
const ROOT = 's3://work/'

/** Ports of a deployment that knows its own address. */
export const apiPorts = (world?: World): MemoryPorts =>
  memoryPorts({ config: testConfig({ apiUrl: 'https://api.groundwork.dev/' }), ...(world && { world }) })

/** Registers a webhook, and tells its secret. */
export async function register(ports: MemoryPorts, webhook = 'mine', changes: Partial<WebhookRequest> = {}) {
  const request: WebhookRequest = { url: HOOK, events: ['batch.copied'], ...changes }
  const registered = await registerWebhook(webhook, request, { validateOnly: false }, ports)
  return 'created' in registered ? registered.created.secret : ''
}

/** Ports with a webhook `mine`, whose receiver does this. */
export async function hooked(behaviour?: Behaviour): Promise<MemoryPorts & { readonly secret: string }> {
  const ports = apiPorts()
  if (behaviour) ports.world.receivers.set(HOOK, behaviour)
  return { ...ports, secret: await register(ports) }
}

/** Something happens to the batch `b`. */
export const happen = (ports: MemoryPorts, changes: Partial<Happening> = {}): Promise<void> =>
  sendEvent(
    {
      type: 'batch.copied',
      what: 'data/b/copies/',
      time: 1,
      timestamp: ports.world.now.toISOString(),
      data: { batch: 'b', batchId: 'id1', copied: 3 },
      ...changes,
    },
    ports,
  )

/** Deliveries as they lie in the bucket, in order of their keys. */
export const deliveriesIn = ({ stored }: World): DeliveryState[] =>
  [...stored]
    .filter(([uri]) => uri.startsWith(`${ROOT}system/deliveries/`))
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([, { bytes }]) => DeliveryState.parse(JSON.parse(Buffer.from(bytes).toString())))

/** Milliseconds from the first to each attempt that receivers saw, by their timestamps. */
export const secondsOf = ({ received }: World): number[] => {
  const seconds = received.map(({ headers }) => Number(headers['webhook-timestamp']))
  return seconds.map((each) => each - (seconds[0] ?? 0))
}
