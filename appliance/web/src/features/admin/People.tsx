import Departures from "./lifecycle/Departures";
import Requests from "./lifecycle/Requests";
import PeopleList from "./PeopleList";

/** What is done about people, in one piece: the list of them, who leaves, and what they ask of their data. */
export default function People({ params }: { params: Record<string, string | undefined> }) {
  if (params["desk"] === "leaving") return <Departures />;
  return params["desk"] === "data" ? <Requests /> : <PeopleList />;
}
