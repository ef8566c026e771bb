/** What every call of the API carries. */
export const TOKEN = 'bench'
