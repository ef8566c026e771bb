/** The methods by which a declared one is called: a HEAD goes where the GET goes, which no HTTP API does by itself. */
export const routedMethods = (method: string): readonly string[] => (method === 'GET' ? ['GET', 'HEAD'] : [method])
