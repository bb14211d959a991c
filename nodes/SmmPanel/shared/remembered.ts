/** The same work, done once for each object, and remembered for as long as the object is kept. */
export function remembered<K extends object, V>(work: (of: K) => V): (of: K) => V {
	const results = new WeakMap<K, { value: V }>();
	return (of) => {
		const result = results.get(of) ?? { value: work(of) };
		results.set(of, result);
		return result.value;
	};
}
