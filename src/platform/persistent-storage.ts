// Asks the browser not to clear what this site stored. Pages may ask, workers may not.

/** True where it is granted; some browsers ask the user, some decide by how the site is used. */
export async function askForPersistence(storage: StorageManager | undefined): Promise<boolean> {
  if (!storage) return false;
  return (await storage.persisted()) || storage.persist();
}
