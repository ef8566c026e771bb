import type { Guard } from '../guard.ts'

const FOLDER = 'shared/labeling/workers'
const SESSIONS = ['test/labeling/workers/sessions.test.ts', 'test/labeling/workers/threats.test.ts']
const WORKERS = ['test/labeling/workers/workers.test.ts']
const FAULTS = ['test/labeling/workers/worker-faults.test.ts', ...WORKERS]
const SIGNED = ['test/platform/tokens/signed-text.test.ts', ...SESSIONS]

/** Workers, their links and sessions. */
export const WORKER_GUARDS: readonly Guard[] = [
  {
    prevents: 'Anybody can change what a session says.',
    file: 'shared/platform/tokens/signed-text.ts',
    text: 'rest.length > 0 || !isSameText(mac, computeMac(payload, purpose, key))',
    without: 'rest.length > 0',
    tests: SIGNED,
  },
  {
    prevents: 'The ticket of a task opens what only a session may.',
    file: 'shared/platform/tokens/signed-text.ts',
    text: `\`$\{purpose}.$\{payload}\``,
    without: 'payload',
    tests: SIGNED,
  },
  {
    prevents: 'A key that was cut signs sessions.',
    file: 'shared/platform/tokens/signing-key.ts',
    text: '.min(Math.ceil((KEY_BYTES * 4) / 3))',
    without: '',
    tests: ['test/platform/http/handler-stack.test.ts', ...SIGNED],
  },
  {
    prevents: 'A session never ends.',
    file: `${FOLDER}/session.ts`,
    text: 'session && session.until > ports.now().getTime() ? session : undefined',
    without: 'session',
    tests: SESSIONS,
  },
  {
    prevents: 'A worker who was removed goes on, as the listing is not compared.',
    file: 'shared/platform/state/folder-cache.ts',
    text: 'if (etags.get(key) === cached.etag) cache',
    without: 'if (true) cache',
    tests: ['test/platform/state/folder-cache.test.ts', ...SESSIONS],
  },
  {
    prevents: 'A session outlives its worker, who was removed and created again.',
    file: `${FOLDER}/session.ts`,
    text: 'id === state.id && link',
    without: 'link',
    tests: SESSIONS,
  },
  {
    prevents: 'A session outlives the link that it was opened with.',
    file: `${FOLDER}/session.ts`,
    text: 'link === shortLink(state) && ',
    without: '',
    tests: SESSIONS,
  },
  {
    prevents: 'A token that may write answers for a worker.',
    file: 'shared/platform/tokens/check.ts',
    text: "scope !== 'label' && ",
    without: '',
    tests: SESSIONS,
  },
  {
    prevents: 'Workers are asked for AWS signatures, which they cannot make.',
    file: 'shared/platform/http/bearer-auth.ts',
    text: " && scope !== 'label'",
    without: '',
    tests: SESSIONS,
  },
  {
    prevents: 'A link that was replaced still opens.',
    file: `${FOLDER}/open-session.ts`,
    text: '!opens(link, state) || isExpired(state, now)',
    without: 'isExpired(state, now)',
    tests: FAULTS,
  },
  {
    prevents: 'The link of an expired worker opens.',
    file: `${FOLDER}/open-session.ts`,
    text: ' || isExpired(state, now)',
    without: '',
    tests: SESSIONS,
  },
  {
    prevents: 'More people share a link than it has seats.',
    file: `${FOLDER}/seats.ts`,
    text: 'state.taken.length >= state.seats',
    without: 'false',
    tests: WORKERS,
  },
  {
    prevents: 'A worker finds out which other labeling jobs there are.',
    file: `${FOLDER}/authorize-job.ts`,
    text: '  if (!maySeeJob(worker, job)) throw jobNotVisible(job)\n',
    without: '',
    tests: SESSIONS,
  },
  {
    prevents: 'A worker that was removed while its link was replaced gets a link.',
    file: `${FOLDER}/rotate-link.ts`,
    text: '  if (!isReplaced) throw noWorker(worker)\n',
    without: '',
    tests: FAULTS,
  },
  {
    prevents: 'A worker whose creation lost a race leaves a link behind.',
    file: `${FOLDER}/create.ts`,
    text: '  await removeLink(state.link.sha256, ports)\n  return false\n',
    without: '  return false\n',
    tests: WORKERS,
  },
  {
    prevents: 'npm run dev brings a link back that was revoked.',
    file: 'local/dev-worker.ts',
    text: 'kept !== undefined && (await hasLink(WORKER, kept, ports))',
    without: 'kept !== undefined',
    tests: ['test/local/dev-worker.test.ts'],
  },
]
