import Departures from "./lifecycle/Departures";
import Requests from "./lifecycle/Requests";
import People from "./People";

/** What is done about people, in one piece: the list of them, who leaves, and what they ask of their data. */
export default function PeopleDesks({ params }: { params: Record<string, string | undefined> }) {
  if (params["desk"] === "departures") return <Departures />;
  return params["desk"] === "data-requests" ? <Requests /> : <People />;
}
