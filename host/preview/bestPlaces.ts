/** Places of the `most` largest numbers, largest first, equals in their own order, NaN last. */
export function bestPlaces(data: Float32Array, most: number): readonly number[] {
  const places: number[] = [];
  const values: number[] = [];
  for (let i = 0; i < data.length; i++) {
    const value = Number.isNaN(data[i]) ? -Infinity : data[i];
    if (places.length === most && value <= values[most - 1]) continue;
    let at = places.length;
    while (at > 0 && values[at - 1] < value) at--;
    places.splice(at, 0, i);
    values.splice(at, 0, value);
    if (places.length > most) {
      places.pop();
      values.pop();
    }
  }
  return places;
}
