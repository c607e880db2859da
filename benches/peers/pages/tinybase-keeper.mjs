// Saves a TinyBase store when it has changed, one save at a time: whatever changes meanwhile goes with
// the next one. TinyBase's own auto-save queues a save of the whole store for every change.

/** Keeps `persister` up with `store`; resolves `settled` when everything until now is saved. */
export function keepUpWith(store, persister) {
  let isDirty = false;
  let saving;
  const save = async () => {
    while (isDirty) {
      isDirty = false;
      await persister.save();
    }
    saving = undefined;
  };
  store.addDidFinishTransactionListener(() => {
    isDirty = true;
    saving ??= save();
  });
  return { settled: async () => saving };
}
