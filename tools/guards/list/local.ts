import type { Guard } from '../guard.ts'

const LOCK = 'local/ownership/lock-file.ts'
const OWN = 'local/ownership/own-directory.ts'
const ASK = 'local/ownership/ask-owner.ts'
const GROUP = 'local/s3/storage/group-sync.ts'
const STORE = 'local/s3/storage/store.ts'
const OWN_TEST = 'test/local/ownership/own-directory.system.test.ts'
const STORES_TEST = 'test/local/ownership/two-stores.system.test.ts'
const ACKNOWLEDGED_TEST = 'test/local/s3/acknowledged.test.ts'
const DURABILITY_TEST = 'test/local/s3/durability.test.ts'

/** `local/`: who holds a directory, and what its S3 server acknowledges. */
export const LOCAL_GUARDS: readonly Guard[] = [
  {
    prevents: 'Two processes write into one directory, and what one of them acknowledged is lost.',
    file: LOCK,
    text: 'BEGIN EXCLUSIVE',
    without: 'BEGIN',
    tests: [STORES_TEST],
  },
  {
    prevents: 'A server loses its directory when its handle is garbage-collected.',
    file: LOCK,
    text: '  held.add(database)\n  return () => {\n    if (held.delete(database)) database.close()\n  }',
    without: '  return () => database.close()',
    tests: [OWN_TEST],
  },
  {
    prevents: 'A directory whose lock file is damaged can never be used again.',
    file: LOCK,
    text: '    truncateSync(path)\n',
    without: '',
    tests: [OWN_TEST],
  },
  {
    prevents: 'A start that is refused leaves a directory behind.',
    file: OWN,
    text: '    removeUnused(directory, locked)\n',
    without: '',
    tests: [OWN_TEST],
  },
  {
    prevents: 'A start fails because another one removes its directory, which was created for nothing.',
    file: OWN,
    text: "    if (errorCode(error) === 'ENOENT') return undefined\n",
    without: '',
    tests: [OWN_TEST],
  },
  {
    prevents: 'A stack does not start while the token tool holds its directory for a moment.',
    file: OWN,
    text: 'owner.isBrief || ',
    without: '',
    tests: [OWN_TEST],
  },
  {
    prevents: 'A stack does not start when the one before it is about to end.',
    file: OWN,
    text: 'owner.isBrief || owner.isStopping\n',
    without: 'owner.isBrief\n',
    tests: [OWN_TEST],
  },
  {
    prevents: 'The token tool writes to a server that has the port of the owner of the directory by now.',
    file: ASK,
    text: '=== toServerName(id)',
    without: '!== undefined',
    tests: [OWN_TEST],
  },
  {
    prevents: 'The token tool writes to a server that is about to end.',
    file: ASK,
    text: '!owner || owner.isStopping',
    without: '!owner',
    tests: [OWN_TEST],
  },
  {
    prevents: 'The token tool waits for an S3 server that the stack does not have.',
    file: ASK,
    text: 'owner.externalS3 !== undefined',
    without: 'false',
    tests: [OWN_TEST],
  },
  {
    prevents: 'A write is acknowledged before the journal is on disk.',
    file: 'local/s3/handle.ts',
    text: '      .then((made) => whenOnDisk(made, service.store))\n',
    without: '',
    tests: [ACKNOWLEDGED_TEST],
  },
  {
    prevents: 'After a crash of the machine the journal names a body that is not there.',
    file: 'local/s3/protocol/body.ts',
    text: '  await writer.onDisk()\n',
    without: '',
    tests: [ACKNOWLEDGED_TEST],
  },
  {
    prevents: 'A write is acknowledged by a sync that has begun before it.',
    file: GROUP,
    text: 'synced = upTo',
    without: 'synced = written',
    tests: [ACKNOWLEDGED_TEST],
  },
  {
    prevents: 'A server goes on acknowledging after the disk has failed.',
    file: STORE,
    text: '    isFailed = true\n',
    without: '',
    tests: [ACKNOWLEDGED_TEST],
  },
  {
    prevents: 'A server acknowledges what it writes into a journal that was removed.',
    file: 'local/s3/storage/journal.ts',
    text: '    assertInPlace(path, descriptor)\n',
    without: '',
    tests: [ACKNOWLEDGED_TEST],
  },
  {
    prevents: 'A damaged journal is read as if it were whole, or ends in a stack trace.',
    file: 'local/s3/storage/read-journal.ts',
    text: "Array.isArray(changes) && changes.every((change) => typeof Object(change).type === 'string')",
    without: 'true',
    tests: [DURABILITY_TEST],
  },
  {
    prevents: 'Files of killed servers accumulate.',
    file: STORE,
    text: '    removeUnfinished(directory),\n',
    without: '',
    tests: [DURABILITY_TEST],
  },
]
